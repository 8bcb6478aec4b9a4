import { loadRnnoise, RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor';
import simdUrl from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url';
import plainUrl from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url';
import workletUrl from '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url';

/** The rate that the network was made for, Hz. */
const rate = 48_000;

export interface Quiet {
  track: MediaStreamTrack;
  stop: () => void;
}

/** A microphone without the noise of its room. Everything comes from the page's own origin. */
export async function quietened(track: MediaStreamTrack): Promise<Quiet> {
  const context = new AudioContext({ sampleRate: rate });
  try {
    const [wasmBinary] = await Promise.all([loadRnnoise({ url: plainUrl, simdUrl }), context.audioWorklet.addModule(workletUrl)]);
    const node = new RnnoiseWorkletNode(context, { wasmBinary, maxChannels: 1 });
    const out = context.createMediaStreamDestination();
    context.createMediaStreamSource(new MediaStream([track])).connect(node).connect(out);
    const [clean] = out.stream.getAudioTracks();
    if (!clean) throw new Error('no track');
    return {
      track: clean,
      stop: () => {
        node.destroy();
        void context.close();
      },
    };
  } catch (error) {
    void context.close();
    throw error;
  }
}
