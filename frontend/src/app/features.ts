/** Finds the features: every src/features/<name>/index.ts that exports `feature`. */
import type { Feature } from '@/lib/feature';

const modules = import.meta.glob<{ feature?: Feature }>('../features/*/index.{ts,tsx}', { eager: true });

export const features: readonly Feature[] = Object.values(modules).flatMap((module) => (module.feature ? [module.feature] : []));

export const routes = features.flatMap((feature) => feature.routes ?? []);
export const nav = features.flatMap((feature) => feature.nav ?? []).toSorted((a, b) => a.order - b.order);
export const paletteProviders = features.flatMap((feature) => feature.palette ?? []);
export const featureCommands = features.flatMap((feature) => feature.commands ?? []);
export const meetingTabs = features.flatMap((feature) => feature.meetingTabs ?? []).toSorted((a, b) => a.order - b.order);
