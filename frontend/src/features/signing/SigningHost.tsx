import { lazy, Suspense } from 'react';
import { RequestNews } from './RequestNews';
import { useSigningAsk } from './store';

const SignDialog = lazy(() => import('./SignDialog'));

/** The dialog that signs, over whatever screen asked for it, and news of what the telephone has answered. */
export function SigningHost() {
  const ask = useSigningAsk();
  return (
    <>
      <RequestNews />
      {ask && <Suspense fallback={null}><SignDialog key={ask.turn} ask={ask} /></Suspense>}
    </>
  );
}
