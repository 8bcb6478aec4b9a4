import type { Catalog } from '@/lib/backend';

export interface SignerChoice {
  person: string;
  /** "", "TM.", "KT.", "TL.", "TUQ.", "Q." */
  form: string;
  /** Somebody else, by name. */
  free?: boolean;
}

type Authority = Catalog['authorities'][number];

/** Who may sign documents of the type for the office, the general powers first. */
export function signerOptions(authorities: readonly Authority[], office: string, type?: string): Authority[] {
  return authorities
    .filter((authority) => authority.unit === office && (!authority.types?.length || (type !== undefined && authority.types.includes(type))))
    .toSorted((a, b) => order(a.form) - order(b.form));
}

const forms = ['TM.', '', 'Q.', 'KT.', 'TL.', 'TUQ.'];
const order = (form: string) => (forms.includes(form) ? forms.indexOf(form) : forms.length);

/** The only one, or nobody yet. */
export function firstSigner(options: readonly Authority[]): SignerChoice {
  const first = options[0];
  return first ? { person: first.person, form: first.form } : { person: '', form: '' };
}
