/**
 * The second way of the page that all follow (meeting/room/PROTOCOL.md, Following
 * over the data channel): the page of the conference has the channel, and the pages
 * of the same browser that follow or lead have their part in it. Anything may be
 * lost, or come twice.
 */
export type Passed =
  /** Came from the host that carries the conference. */
  | { from: 'host'; host: string; frame: string }
  /** Is for the host, from a screen that leads. */
  | { from: 'screen'; frame: string };

export interface FollowWay {
  pass: (it: Passed) => void;
  close: () => void;
}

export type OpenWay = (meeting: string, heard: (it: Passed) => void) => FollowWay;

/** What one of them passes all others hear, on the same page, too. */
export const openFollowWay: OpenWay = (meeting, heard) => {
  const channel = new BroadcastChannel(`khonggiay.follow.${meeting}`);
  channel.onmessage = ({ data }: MessageEvent<Passed>) => heard(data);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it reaches this origin only
  return { pass: (it) => channel.postMessage(it), close: () => channel.close() };
};
