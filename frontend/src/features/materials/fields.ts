import type { CommandArgs } from '@/lib/backend';

export const kinds = ['main', 'reference', 'draft_resolution', 'personal', 'conclusion'] as const;

export type Kind = (typeof kinds)[number];

/** What is said of a material, as commands take it. */
export type MaterialFields = CommandArgs['material.ask.1']['fields'];
