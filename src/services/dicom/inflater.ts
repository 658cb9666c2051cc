import type { ByteSource } from './byteSource.js';
import { damaged } from './dicomErrors.js';
import { distanceCodes, fixedTables, HuffmanTable, lengthCodes, orderOfCodeLengths } from './huffman.js';

/** How far back a match may reach (RFC 1951 2). */
const historySize = 32 * 1024;
const chunkSize = 64 * 1024;
const inputSize = 64 * 1024;
const endOfBlock = 256;

/**
 * Inflates raw deflate data (RFC 1951) of a source piece by piece in constant memory. Node's zlib streams are
 * asynchronous and its synchronous calls hold all input and output at once, while an object may be as large as it likes
 * and everything around this layer is synchronous; hence an own decoder for this rare transfer syntax.
 */
export class Inflater {
  private input: Buffer = Buffer.alloc(0);
  private inputAt = 0;
  private bits = 0;
  private bitCount = 0;
  /** Zero bytes taken behind the end of the input; using one of them means that the stream is cut off. */
  private borrowed = 0;

  /** History, then the chunk that is being made. */
  private readonly output = Buffer.alloc(historySize + chunkSize);
  private outputAt = historySize;
  private produced = 0;

  private lastBlock = false;
  private stored = 0;
  private tables: { readonly literals: HuffmanTable; readonly distances: HuffmanTable } | undefined;
  private matchLength = 0;
  private matchDistance = 0;

  constructor(
    private readonly source: ByteSource,
    private position: number,
  ) {}

  /** The next bytes, or undefined at the end of the stream. Valid until the next call. Errors: DICOM_DAMAGED. */
  next(): Buffer | undefined {
    this.output.copyWithin(0, this.outputAt - historySize, this.outputAt);
    this.outputAt = historySize;
    while (this.outputAt < this.output.length) {
      if (this.matchLength > 0) this.copyMatch();
      else if (this.stored > 0) this.copyStored();
      else if (this.tables) this.decode(this.tables.literals, this.tables.distances);
      else if (this.lastBlock) break;
      else this.beginBlock();
      if (this.bitCount < this.borrowed * 8) throw cutOff();
    }
    const length = this.outputAt - historySize;
    this.produced += length;
    return length === 0 ? undefined : this.output.subarray(historySize, this.outputAt);
  }

  private refill(): void {
    while (this.bitCount <= 24) {
      if (this.inputAt === this.input.length) {
        this.input = this.source.read(this.position, inputSize);
        this.position += this.input.length;
        this.inputAt = 0;
      }
      const byte = this.input[this.inputAt];
      if (byte === undefined) this.borrowed += 1;
      else this.inputAt += 1;
      this.bits |= (byte ?? 0) << this.bitCount;
      this.bitCount += 8;
    }
  }

  private take(count: number): number {
    if (this.bitCount < count) this.refill();
    const value = this.bits & ((1 << count) - 1);
    this.bits >>>= count;
    this.bitCount -= count;
    return value;
  }

  private symbol(table: HuffmanTable): number {
    if (this.bitCount < 15) this.refill();
    const entry = table.entries[this.bits & table.mask] ?? 0;
    const length = entry & 15;
    if (length === 0) throw damaged('its deflated data hold an unknown code');
    this.bits >>>= length;
    this.bitCount -= length;
    return entry >>> 4;
  }

  private beginBlock(): void {
    this.lastBlock = this.take(1) === 1;
    const type = this.take(2);
    if (type === 0) this.beginStored();
    else if (type === 1) this.tables = fixedTables();
    else if (type === 2) this.tables = this.dynamicTables();
    else throw damaged('its deflated data hold an unknown block');
  }

  private beginStored(): void {
    this.take(this.bitCount % 8);
    const length = this.take(16);
    if (this.take(16) !== (length ^ 0xffff)) throw damaged('its deflated data hold a broken block');
    this.stored = length;
  }

  private dynamicTables(): { literals: HuffmanTable; distances: HuffmanTable } {
    const literalCount = this.take(5) + 257;
    const distanceCount = this.take(5) + 1;
    const codeCount = this.take(4) + 4;
    const codeLengths = new Uint8Array(19);
    for (const index of orderOfCodeLengths.slice(0, codeCount)) codeLengths[index] = this.take(3);
    const codes = new HuffmanTable(codeLengths);
    const lengths = new Uint8Array(literalCount + distanceCount);
    for (let at = 0; at < lengths.length;) {
      const symbol = this.symbol(codes);
      if (symbol < 16) {
        lengths[at] = symbol;
        at += 1;
        continue;
      }
      if (symbol === 16 && at === 0) throw damaged('its deflated data repeat nothing');
      const value = symbol === 16 ? (lengths[at - 1] ?? 0) : 0;
      const count = symbol === 16 ? 3 + this.take(2) : symbol === 17 ? 3 + this.take(3) : 11 + this.take(7);
      if (at + count > lengths.length) throw damaged('its deflated data hold a broken code');
      lengths.fill(value, at, at + count);
      at += count;
    }
    return {
      literals: new HuffmanTable(lengths.subarray(0, literalCount)),
      distances: new HuffmanTable(lengths.subarray(literalCount)),
    };
  }

  /** Literals and matches until the chunk is full, the block ends or a match begins that needs copying. */
  private decode(literals: HuffmanTable, distances: HuffmanTable): void {
    const { output } = this;
    while (this.outputAt < output.length) {
      const symbol = this.symbol(literals);
      if (symbol < endOfBlock) {
        output[this.outputAt] = symbol;
        this.outputAt += 1;
        continue;
      }
      if (symbol === endOfBlock) {
        this.tables = undefined;
        return;
      }
      const length = lengthCodes[symbol - 257];
      if (!length) throw damaged('its deflated data hold an unknown length');
      this.matchLength = length.base + this.take(length.extra);
      const distance = distanceCodes[this.symbol(distances)];
      if (!distance) throw damaged('its deflated data hold an unknown distance');
      this.matchDistance = distance.base + this.take(distance.extra);
      if (this.matchDistance > this.produced + this.outputAt - historySize) {
        throw damaged('its deflated data refer to what is not there');
      }
      if (this.bitCount < this.borrowed * 8) throw cutOff();
      this.copyMatch();
    }
  }

  private copyMatch(): void {
    const { output } = this;
    let at = this.outputAt;
    const end = Math.min(output.length, at + this.matchLength);
    this.matchLength -= end - at;
    // Byte by byte on purpose: a match may overlap itself.
    for (let from = at - this.matchDistance; at < end; at += 1, from += 1) output[at] = output[from] ?? 0;
    this.outputAt = end;
  }

  private copyStored(): void {
    while (this.stored > 0 && this.outputAt < this.output.length) {
      if (this.bitCount >= 8) {
        this.output[this.outputAt] = this.take(8);
        this.outputAt += 1;
        this.stored -= 1;
        if (this.bitCount < this.borrowed * 8) throw cutOff();
        continue;
      }
      if (this.inputAt === this.input.length) {
        this.refill();
        continue;
      }
      const count = Math.min(
        this.stored,
        this.output.length - this.outputAt,
        this.input.length - this.inputAt,
      );
      this.input.copy(this.output, this.outputAt, this.inputAt, this.inputAt + count);
      this.inputAt += count;
      this.outputAt += count;
      this.stored -= count;
    }
  }
}

function cutOff(): Error {
  return damaged('its deflated data set is cut off');
}
