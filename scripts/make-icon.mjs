// Draws media/icon.png, the picture of the extension in galleries: a cloud tied as a gift. Run by hand after a change;
// the picture is checked in. Shapes are distance functions, which gives smooth edges without a drawing library.
import { writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

const size = 256;
const background = [11, 58, 83];
const cloud = [232, 244, 248];
const ribbon = [226, 88, 62];

const circle = (x, y, cx, cy, r) => Math.hypot(x - cx, y - cy) - r;
const box = (x, y, cx, cy, w, h, r) => {
  const dx = Math.abs(x - cx) - w + r;
  const dy = Math.abs(y - cy) - h + r;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - r;
};
const ellipseRing = (x, y, cx, cy, angle, a, b, thick) => {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const u = ((x - cx) * c + (y - cy) * s) / a;
  const v = ((y - cy) * c - (x - cx) * s) / b;
  return Math.abs((Math.hypot(u, v) - 1) * Math.min(a, b)) - thick;
};
const cover = (distance) => Math.min(1, Math.max(0, 0.5 - distance));

function cloudShape(x, y) {
  return Math.min(
    circle(x, y, 82, 158, 46),
    circle(x, y, 122, 118, 58),
    circle(x, y, 178, 152, 50),
    box(x, y, 130, 174, 92, 30, 30),
  );
}

function ribbonShape(x, y) {
  const bands = Math.min(box(x, y, 130, 150, 9, 100, 0), box(x, y, 130, 154, 130, 9, 0));
  const bow = Math.min(
    ellipseRing(x, y, 106, 52, 0.5, 28, 15, 5.5),
    ellipseRing(x, y, 154, 52, -0.5, 28, 15, 5.5),
  );
  return { bands, bow: Math.min(bow, circle(x, y, 130, 64, 11)) };
}

const mix = (below, above, alpha) => below.map((value, i) => value + (above[i] - value) * alpha);

const rows = [];
for (let y = 0; y < size; y++) {
  const row = Buffer.alloc(1 + size * 4);
  for (let x = 0; x < size; x++) {
    const inside = cloudShape(x, y);
    const { bands, bow } = ribbonShape(x, y);
    let colour = mix(background, cloud, cover(inside));
    colour = mix(colour, ribbon, cover(Math.max(bands, inside)));
    colour = mix(colour, ribbon, cover(bow));
    const alpha = cover(box(x, y, 127.5, 127.5, 128, 128, 44));
    colour.forEach((value, i) => (row[1 + x * 4 + i] = Math.round(value)));
    row[1 + x * 4 + 3] = Math.round(alpha * 255);
  }
  rows.push(row);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

const header = Buffer.alloc(13);
header.writeUInt32BE(size, 0);
header.writeUInt32BE(size, 4);
header.set([8, 6, 0, 0, 0], 8);
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const png = Buffer.concat([
  signature,
  chunk('IHDR', header),
  chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
  chunk('IEND', Buffer.alloc(0)),
]);
writeFileSync(new URL('../media/icon.png', import.meta.url), png);
