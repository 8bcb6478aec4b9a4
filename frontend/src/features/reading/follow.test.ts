import { describe, expect, test } from 'vitest';
import { atFirst, mayTake, next, standOf, type Follow, type Happens } from './follow';
import { ranks, type Told } from './relay';

const me = 'me';
const place = { material: 'a', version: 2, page: 3, zoom: 1000, x: 0, y: 120 };
const told = (frame: Told, elsewhere = false): Happens => ({ what: 'told', told: frame, elsewhere });
const joined: Told = { host: 'server', rank: ranks.listens, here: 4, lead: {} };
const after = (...events: Happens[]): Follow => events.reduce((state, event) => next(state, event, me), atFirst);
const led = told({ lead: { by: 'chair', place } });

describe('following', () => {
  test('who has the reader open follows when somebody begins to lead', () => {
    expect(standOf(after(told(joined)), me)).toBe('nobody');
    const state = after(told(joined), led);
    expect(state).toMatchObject({ line: 'on', by: 'chair', place, here: 4 });
    expect(standOf(state, me)).toBe('follows');
  });

  test('who moves by himself looks for himself, until he comes back or the presentation ends', () => {
    const own = after(told(joined), led, { what: 'moved' });
    expect(standOf(own, me)).toBe('own');
    expect(standOf(next(own, told({ lead: { by: 'chair', place: { ...place, page: 4 } } }), me), me)).toBe('own');
    expect(standOf(next(own, told({ lead: { by: 'secretary', place } }), me), me)).toBe('own');
    expect(standOf(next(own, { what: 'follow' }, me), me)).toBe('follows');
    const ended = next(own, told({ lead: {} }), me);
    expect(standOf(next(ended, led, me), me)).toBe('follows');
  });

  test('moving while nobody leads means nothing', () => {
    expect(standOf(after(told(joined), { what: 'moved' }, led), me)).toBe('follows');
  });

  test('who came for another paper is not taken away from it', () => {
    const leading = { ...joined, lead: { by: 'chair', place } };
    expect(standOf(after(told(leading, true)), me)).toBe('own');
    expect(standOf(after(told(leading, false)), me)).toBe('follows');
    expect(standOf(after(told(joined), told({ lead: { by: 'chair', place } }, true)), me)).toBe('follows');
    // Before the leader has said where he is, nothing is decided.
    expect(standOf(after(told({ ...joined, lead: { by: 'chair' } }, false), told({ lead: { by: 'chair', place } }, true)), me)).toBe('own');
  });

  test('a pointer alone changes nothing', () => {
    const state = after(told(joined), led);
    expect(next(state, told({ lead: { by: 'chair', place: { ...place }, point: { page: 3, x: 1, y: 2 } } }), me)).toBe(state);
  });

  test('without a line it is said, and followed on when the line is back', () => {
    const state = after(told(joined), led);
    for (const event of [{ what: 'lost' }, told({ alone: true })] as const) {
      const lost = next(state, event, me);
      expect(lost).toMatchObject({ line: 'lost', by: 'chair', place });
      expect(standOf(next(lost, told({ ...joined, lead: { by: 'chair', place } }), me), me)).toBe('follows');
    }
    expect(next(state, { what: 'closed' }, me)).toBe(atFirst);
    expect(after({ what: 'lost' }, told({ alone: true }))).toMatchObject({ line: 'off' });
  });
});

describe('leading', () => {
  const taken = (...more: Happens[]) => after(told({ ...joined, rank: ranks.presents }), { what: 'take' }, told({ lead: { by: me } }), ...more);

  test('this screen leads when it asked and was given', () => {
    expect(standOf(after(told(joined), told({ lead: { by: me, place } })), me)).toBe('follows'); // it leads in another window
    expect(standOf(taken(), me)).toBe('leads');
    expect(standOf(taken({ what: 'moved' }), me)).toBe('leads');
    expect(standOf(taken({ what: 'release' }, told({ lead: {} })), me)).toBe('nobody');
  });

  test('another who takes the lead is followed', () => {
    const state = taken(led);
    expect(standOf(state, me)).toBe('follows');
    expect(state.wants).toBe(false);
  });

  test('a lead that was ended by another is over; one that ended with the connection is asked for again', () => {
    expect(taken(told({ lead: {} })).wants).toBe(false);
    expect(taken({ what: 'lost' }, told(joined)).wants).toBe(true);
    expect(taken({ what: 'lost' }, told({ ...joined, lead: { by: 'chair', place } })).wants).toBe(false);
  });

  test('who is refused is told so until the lead changes', () => {
    const state = after(told({ ...joined, rank: ranks.presents }), { what: 'take' }, led, told({ refused: 'room.led_by_another' }));
    expect(state).toMatchObject({ wants: false, refused: true });
    expect(next(state, told({ lead: {} }), me).refused).toBe(false);
    expect(after(told(joined), told({ refused: 'room.not_leading' })).refused).toBe(false);
  });

  test('who may take the lead', () => {
    const as = (rank: Follow['rank'], by = '', line: Follow['line'] = 'on') => mayTake({ ...atFirst, line, rank, by }, me);
    expect([as(ranks.listens), as(ranks.presents), as(ranks.presents, 'chair'), as(ranks.runs), as(ranks.runs, 'chair'), as(ranks.runs, '', 'lost')]).toEqual([false, true, false, true, true, false]);
    expect(mayTake(taken(), me)).toBe(false);
  });
});
