/** Seats in each row as they are typed: "12, 14 14". Null when a row has none, or more than 200. */
export function parseRows(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  const rows = parts.map(Number);
  return rows.length <= 60 && rows.every((seats) => Number.isInteger(seats) && seats >= 1 && seats <= 200) ? rows : null;
}
