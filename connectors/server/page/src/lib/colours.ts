// In: a class's name. Out: its colour, the same in every view.

/** Slots of the style sheet, --class-0 and so on; the four classes of kgloom's own come first. */
const own: Record<string, number> = { Person: 0, Organization: 1, Location: 2, Miscellaneous: 3 };
const SLOTS = 10;

export function slot(name: string): number {
  if (name in own) return own[name];
  let sum = 7;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)!) >>> 0;
  return 4 + (sum % (SLOTS - 4));
}

export function colour(name: string): string {
  return property(`--class-${slot(name)}`);
}

export const property = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
