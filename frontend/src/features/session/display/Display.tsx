import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { renderSVG } from 'uqr';
import { useGive, useMeetingSession, useRollCode, useSession, type LiveSession } from '@/lib/backend';
import { paths, useParams } from '@/lib/router';
import { formatClock } from '@/lib/time';
import { Loaded, notify } from '@/ui';
import { formatLeft, formatSpan, left, measured, useNow } from '../clock';
import { may } from '../steps';
import classes from './display.module.css';

/** The wall of the room: what runs, who speaks, how long; before the start and in pauses the code of the roll-call. */
export default function Display() {
  const { meeting = '' } = useParams();
  const session = useMeetingSession(meeting);
  return <main className={classes.screen}><Loaded query={session}>{(view) => <Wall view={view} />}</Loaded></main>;
}

function Wall({ view }: { view: LiveSession }) {
  const { t } = useTranslation();
  const now = useNow(view);
  const item = view.items.find((each) => each.key === view.current);
  const rest = item && left(item.clock, item.planned, now);
  return (
    <>
      <header className={classes.top}>
        <h1 className={classes.title}>{view.title}</h1>
        <time className={classes.now}>{formatClock(now)}</time>
      </header>
      <div className={classes.middle}>
        <div className={classes.main}>
          <p className={classes.label}>{t(item || view.hidden ? 'display.item' : `display.state.${view.status}`)}</p>
          <p className={classes.item}>{item?.title ?? (view.hidden ? t('session.item.hidden') : view.status === 'INVITED' ? t('session.from_to', { from: formatClock(view.start), to: formatClock(view.end) }) : '')}</p>
          {item && (
            <p className={classes.itemTime} data-over={(rest ?? 0) < 0 || undefined}>
              {rest === undefined ? formatSpan(measured(item.clock, now)) : formatLeft(rest)} <span className={classes.label}>{t(rest === undefined ? 'session.spent' : rest < 0 ? 'session.over' : 'session.left')}</span>
            </p>
          )}
          <Speaker view={view} now={now} />
        </div>
        <Code view={view} />
      </div>
      <footer className={classes.bottom}>
        <span>{t('display.present', { present: view.quorum.present, entitled: view.quorum.entitled })}{view.quorum.required > 0 && !view.quorum.reached && <strong className={classes.bad}> {t('session.quorum.missing', { count: view.quorum.required - view.quorum.present })}</strong>}</span>
        {view.queue.length > 0 && <span>{t('display.next', { names: view.queue.slice(0, 3).map((each) => each.person.name).join(', ') })}</span>}
        <span>{view.room?.name ?? view.place}</span>
      </footer>
    </>
  );
}

function Speaker({ view, now }: { view: LiveSession; now: number }) {
  const { t } = useTranslation();
  const speech = view.speaking ?? view.called;
  if (!speech) return null;
  const rest = left(speech.clock, speech.limit, now);
  const over = rest !== undefined && rest < 0;
  return (
    <section className={classes.speaker} data-over={over || undefined} aria-label={t('session.floor')}>
      <div>
        <p className={classes.label}>{t(view.speaking ? 'session.speaking' : 'session.called')}</p>
        <p className={classes.name}>{speech.person.name}</p>
        <p className={classes.label}>{speech.title || speech.person.position}</p>
      </div>
      {view.speaking && <p className={classes.clock} role="timer" aria-label={t(over ? 'session.over' : 'session.left')}>{rest === undefined ? formatSpan(measured(speech.clock, now)) : formatLeft(rest)}</p>}
    </section>
  );
}

/** The code, for those whose account may show it. It goes once the meeting is over. */
function Code({ view }: { view: LiveSession }) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const { mutate, isPending } = useGive();
  const code = useRollCode(view.meeting, view.official === true && view.codeOpen === true);
  if (!may(view, 'session.open_code')) return null;
  if (!view.codeOpen) {
    return (
      <aside className={classes.side}>
        <Button loading={isPending} onClick={() => mutate({ name: 'session.open_code.1', id: view.id, base: 0, args: { meeting: view.meeting } }, { onError: (error) => notify.error(error) })}>{t('display.open_code')}</Button>
      </aside>
    );
  }
  if (!code.data) return null;
  // A laptop's own address leads nowhere for a telephone: the code names the server that the laptop belongs to.
  const origin = session?.device ? `https://${session.device.server}` : location.origin;
  const address = `${origin}${paths.meeting(view.meeting, 'session')}?ma=${code.data.code}&buoc=${code.data.step}`;
  return (
    <aside className={classes.side} aria-label={t('display.code')}>
      <p className={classes.label}>{t('display.code')}</p>
      <img className={classes.qr} alt={t('display.qr')} src={`data:image/svg+xml;utf8,${encodeURIComponent(renderSVG(address, { border: 2 }))}`} />
      <p className={classes.digits}>{code.data.code.slice(0, 3)} {code.data.code.slice(3)}</p>
    </aside>
  );
}
