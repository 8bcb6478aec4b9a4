import type { Picture, Told, Track } from './protocol';

/** What each picture is sent as, the smallest first. */
const cameraLayers: RTCRtpEncodingParameters[] = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150_000, active: false },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 500_000, active: false },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_400_000, active: false },
];
const screenLayers: RTCRtpEncodingParameters[] = [
  { rid: 'l', scaleResolutionDownBy: 2, maxBitrate: 400_000, active: false },
  { rid: 'h', scaleResolutionDownBy: 1, maxBitrate: 1_800_000, active: false },
];

/** What every host and every browser can do, in the order of liking; offers of all else are four times as long. */
const codecs = [/^video\/VP8$/i, /^video\/H264$/i, /^video\/rtx$/i];

/** By which ways media may go. */
export type Ways = Pick<RTCConfiguration, 'iceServers' | 'iceTransportPolicy'>;

/** Bytes that may wait for the line before more is lost: a quarter of a second at 64 kbit/s. */
const mostBehind = 2000;

export interface PeerEvents {
  /** What the slots show has come or changed. */
  received: () => void;
  /** There is a way to the host; keys are still to be agreed on. */
  found: () => void;
  /** No way was found to the host, or it broke: another peer is wanted. */
  failed: () => void;
  state: (state: RTCPeerConnectionState) => void;
  /** The host has told of the page that all follow. */
  followed: (frame: string) => void;
}

/**
 * A station's media: one offer with fixed places, in which sources come and go
 * without negotiation. A new one is made for every connection.
 */
export class MediaPeer {
  private readonly pc: RTCPeerConnection;
  private readonly senders: Record<Track, RTCRtpSender>;
  /** By slot: the four of sound, and those of pictures. */
  readonly audio: MediaStream[] = [];
  readonly video: MediaStream[] = [];
  private readonly channel: RTCDataChannel;
  private readonly wanted = new Map<Picture, boolean[]>();
  private closed = false;

  constructor(ways: Ways, slots: { audio: number; video: number }, events: PeerEvents) {
    const pc = new RTCPeerConnection({ ...ways, bundlePolicy: 'max-bundle' });
    this.pc = pc;
    const preferred = preferredCodecs();
    const sends = (kind: 'audio' | 'video', sendEncodings?: RTCRtpEncodingParameters[]) => {
      const transceiver = pc.addTransceiver(kind, { direction: 'sendonly', ...(sendEncodings && { sendEncodings: sendEncodings.map((each) => ({ ...each })) }) });
      if (kind === 'video') prefer(transceiver, preferred);
      return transceiver.sender;
    };
    this.senders = { audio: sends('audio'), camera: sends('video', cameraLayers), screen: sends('video', screenLayers) };
    const receives = (kind: 'audio' | 'video', count: number, into: MediaStream[]) => {
      for (let i = 0; i < count; i++) {
        const transceiver = pc.addTransceiver(kind, { direction: 'recvonly' });
        if (kind === 'video') prefer(transceiver, preferred);
        const { track } = transceiver.receiver;
        track.addEventListener('unmute', () => events.received());
        track.addEventListener('mute', () => events.received());
        into.push(new MediaStream([track]));
      }
    };
    receives('audio', slots.audio, this.audio);
    receives('video', slots.video, this.video);
    this.channel = pc.createDataChannel('follow', { ordered: false, maxRetransmits: 0 });
    this.channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') events.followed(data);
    };
    pc.addEventListener('iceconnectionstatechange', () => {
      if (pc.iceConnectionState === 'connected' || pc.iceConnectionState === 'completed') events.found();
    });
    pc.addEventListener('connectionstatechange', () => {
      if (this.closed) return;
      events.state(pc.connectionState);
      if (pc.connectionState === 'failed') events.failed();
    });
  }

  /** The offer, whole: the host finds a way by what its own answer says. */
  async offer(): Promise<string> {
    await this.pc.setLocalDescription(await this.pc.createOffer());
    return this.pc.localDescription?.sdp ?? '';
  }

  async answer(sdp: string): Promise<void> {
    if (this.closed) return;
    await this.pc.setRemoteDescription({ type: 'answer', sdp });
    // Layers may have been told of before there was a way.
    for (const [track, wanted] of this.wanted) await this.put(track, wanted);
  }

  /** Sends that source in the place of what was sent; null sends nothing. */
  async send(track: Track, source: MediaStreamTrack | null): Promise<void> {
    if (!this.closed) await this.senders[track].replaceTrack(source);
  }

  /** Which layers of a picture anybody watches. */
  async layers(told: NonNullable<Told['layers']>, most: number): Promise<void> {
    for (const { track, wanted } of told) {
      const kept = wanted.map((on, i) => on && (track === 'screen' || i < most));
      // Who asks for more than is sent gets the largest that is.
      if (wanted.some(Boolean) && !kept.some(Boolean)) kept[0] = true;
      this.wanted.set(track, kept);
      await this.put(track, kept);
    }
  }

  private async put(track: Picture, wanted: readonly boolean[]): Promise<void> {
    if (this.closed) return;
    const sender = this.senders[track];
    const parameters = sender.getParameters();
    if (parameters.encodings.length === 0) return; // no answer yet
    parameters.encodings.forEach((encoding, i) => {
      encoding.active = wanted[i] ?? false;
    });
    parameters.degradationPreference = track === 'screen' ? 'maintain-resolution' : 'balanced';
    await sender.setParameters(parameters).catch(() => {}); // another call came between; the newest layers are told again
  }

  /** Tells the host of the page that all follow; what would come late is lost. */
  follow(frame: string): void {
    if (this.channel.readyState === 'open' && this.channel.bufferedAmount < mostBehind) this.channel.send(frame);
  }

  stats(): Promise<RTCStatsReport> {
    return this.pc.getStats();
  }

  close(): void {
    this.closed = true;
    this.pc.close();
  }
}

function preferredCodecs(): RTCRtpCodec[] {
  const all = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
  return codecs.flatMap((name) => all.filter((codec) => name.test(codec.mimeType) && usable(codec)));
}

/** Of H.264 the one profile that all have (RFC 6184: constrained baseline, in parts). */
function usable({ mimeType, sdpFmtpLine = '' }: RTCRtpCodec): boolean {
  return !/H264/i.test(mimeType) || (sdpFmtpLine.includes('packetization-mode=1') && /profile-level-id=42e0/i.test(sdpFmtpLine));
}

function prefer(transceiver: RTCRtpTransceiver, preferred: RTCRtpCodec[]): void {
  if (preferred.length > 0) transceiver.setCodecPreferences?.(preferred);
}
