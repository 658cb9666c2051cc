/** Longest name of a sheet in UTF-16 units, and what it must not hold (Excel). */
const longest = 31;
const forbidden = /[\u0000-\u001f:\\/?*[\]']/g;

/** Gives each sheet of a workbook a name that Excel accepts and no other sheet has, upper and lower case apart. */
export class SheetNames {
  /** Excel keeps `History` for itself. */
  private readonly taken = new Set([keyOf('History')]);

  /** @param ending stays whole when the name is too long. */
  take(wanted: string, ending = ''): string {
    const legal = wanted.replace(forbidden, '_').trim() || '_';
    for (let number = 1; ; number++) {
      const behind = (number === 1 ? '' : ` (${number})`) + ending;
      const name = `${cut(legal, longest - behind.length)}${behind}`;
      if (this.taken.has(keyOf(name))) continue;
      this.taken.add(keyOf(name));
      return name;
    }
  }
}

function keyOf(name: string): string {
  return name.normalize('NFKC').toUpperCase();
}

/** Never in the middle of a character. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}
