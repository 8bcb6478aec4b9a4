import { QueryClientProvider } from '@tanstack/react-query';
import { Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, type Session } from '@/lib/backend';
import { asApiError } from '@/lib/errors';
import { EventStream } from '@/lib/events';
import { StreamProvider } from '@/lib/live';
import { followEvents, keys, newQueryClient } from '@/lib/queries';
import { paths, Route, Switch } from '@/lib/router';
import { Theme } from '@/ui/theme/Theme';
import { Failure, Loading } from '@/ui';
import { GuestScreen } from '@/features/conference';
import { FirstRun } from '@/features/enrolment';
import { Login } from '@/features/login';
import { Blocked } from './Blocked';
import { CatchErrors } from './CatchErrors';
import { routes } from './features';
import { Locked } from './Locked';
import { passing, Repairing } from './Repairing';
import { Shell } from './Shell';

/** Data, events, theme and language around the screens. */
export function App() {
  const { i18n } = useTranslation();
  const [{ client, stream }] = useState(() => {
    const askWho = () => void made.invalidateQueries({ queryKey: keys.session() });
    const made = newQueryClient(askWho);
    return { client: made, stream: new EventStream({ refused: askWho }) };
  });
  useEffect(() => followEvents(stream, client), [stream, client]);
  return (
    <QueryClientProvider client={client}>
      <StreamProvider value={stream}>
        <Theme locale={i18n.language}>
          <CatchErrors>{guestLink() ? <Suspense fallback={<Loading />}><GuestScreen link={guestLink()} /></Suspense> : <Gate stream={stream} />}</CatchErrors>
        </Theme>
      </StreamProvider>
    </QueryClientProvider>
  );
}

/** A guest has a link in place of an account. */
const guestLink = () => (location.pathname.startsWith(paths.guest) ? decodeURIComponent(location.pathname.slice(paths.guest.length)) : '');

/** Which door: first run, sign-in, a stop, or the work. */
function Gate({ stream }: { stream: EventStream }) {
  const session = useSession();
  // Before the sign-in nothing is told to anybody: the server would only refuse the connection, again and again.
  const heard = session.data !== undefined && !session.data.needsLogin;
  useEffect(() => {
    if (!heard) return;
    stream.start();
    return () => stream.stop();
  }, [stream, heard]);
  // The session changes in the middle of an enrolment; its screen stays until the person goes on.
  const [enrolling, setEnrolling] = useState(false);
  // The last session in which there was work: what is open in it outlives what passes by itself.
  const [last, setLast] = useState<Session>();
  if (session.data && isWork(session.data) && session.data !== last) setLast(session.data);
  if (session.data?.needsEnrolment || enrolling) return <FirstRun onBusy={setEnrolling} />;
  if (session.data?.needsLogin) return <Login />;
  if (session.data?.lock) return <Locked lock={session.data.lock} trouble={session.data.trouble} />;
  const problem = session.data?.problem;
  if (problem && passing.has(problem)) return <Work session={last} stopped={problem} />;
  if (problem) return <Blocked reason={problem} />;
  if (session.data) return <Work session={session.data} />;
  const failed = session.error ? asApiError(session.error) : null;
  // A laptop's window without its ticket; a server asks for the password instead.
  if (failed?.code === 'unauthorized') return <Blocked reason={failed.reason} />;
  if (failed) return <Failure error={failed} onRetry={() => void session.refetch()} />;
  return <Loading />;
}

const isWork = (session: Session) => !session.needsEnrolment && !session.needsLogin && !session.lock && !session.problem;

/** Displays on walls stand alone; everything else is in the shell. */
function Screens({ session }: { session: Session }) {
  return (
    <Switch>
      {routes.filter((route) => route.bare).map(({ path, screen: Screen }) => (
        <Route key={path} path={path}><Suspense fallback={<Loading />}><Screen /></Suspense></Route>
      ))}
      <Route><Shell session={session} /></Route>
    </Switch>
  );
}

/** The screens, and over them what stops the work for a while. */
function Work({ session, stopped }: { session?: Session; stopped?: string }) {
  return (
    <>
      {session && <Screens session={session} />}
      {stopped && <Repairing reason={stopped} />}
    </>
  );
}
