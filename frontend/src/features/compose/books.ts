import type { Book, Catalog, Direction } from '@/lib/backend';

/** Books of the office in which a document of the type can be entered; special ones first. */
export function booksFor(catalog: Catalog | undefined, office: string, direction: Direction, type?: string): Book[] {
  return (catalog?.books ?? [])
    .filter((book) => book.unit === office && book.direction === direction && (!book.types?.length || (type !== undefined && book.types.includes(type))))
    .toSorted((a, b) => Number(Boolean(b.types?.length)) - Number(Boolean(a.types?.length)) || a.name.localeCompare(b.name, 'vi'));
}
