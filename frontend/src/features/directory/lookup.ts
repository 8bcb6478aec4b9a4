import { api, type DirectoryData, type PersonInfo, type UnitInfo } from '@/lib/backend';
import { score } from '@/lib/fold';

/** The people that fit a query best; a post or a unit's name counts too, less. */
export function rankPeople(people: Iterable<PersonInfo>, detailOf: (person: PersonInfo) => string, query: string, limit: number) {
  const found: Array<{ person: PersonInfo; detail: string; points: number }> = [];
  for (const person of people) {
    const detail = detailOf(person);
    const points = Math.max(score(query, person.name) * 2, strict(query, detail));
    if (points > 0) found.push({ person, detail, points });
  }
  return found.toSorted((a, b) => b.points - a.points || a.person.name.localeCompare(b.person.name, 'vi')).slice(0, limit);
}

/** Only whole words count in long texts: letters in order would fit nearly anything. */
function strict(query: string, text: string): number {
  const points = score(query, text);
  return points >= 200 ? points : 0;
}

/** "Chuyên viên, Phòng Kinh tế"; the unit that is looked at anyway is left out. */
export function postsOf(person: PersonInfo, units: ReadonlyMap<string, UnitInfo>, here = ''): string {
  return person.posts
    .map((post) => {
      const unit = units.get(post.unit);
      return [post.position, post.unit === here ? '' : (unit?.short ?? unit?.name)].filter(Boolean).join(', ');
    })
    .join('; ');
}

let cached: Promise<DirectoryData> | null = null;

/** For the palette, which is no component. One request serves every letter typed meanwhile, so none of them may end it. */
export async function searchPeople(query: string) {
  cached ??= api.directory().finally(() => setTimeout(() => (cached = null), 30_000));
  const data = await cached.catch((error: unknown) => {
    cached = null;
    throw error;
  });
  const units = new Map(data.units.map((unit) => [unit.id, unit]));
  return rankPeople(data.people, (person) => postsOf(person, units), query, 6);
}
