import { lazy, Suspense } from 'react';
import { useSigningAsk } from './store';

const SignDialog = lazy(() => import('./SignDialog'));

/** The dialog that signs, over whatever screen asked for it. */
export function SigningHost() {
  const ask = useSigningAsk();
  if (!ask) return null;
  return <Suspense fallback={null}><SignDialog key={`${ask.kind} ${ask.ids.join(' ')}`} ask={ask} /></Suspense>;
}
