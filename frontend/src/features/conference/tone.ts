/** A rising chord of three tones, as doors make it: heard well over a hall's speakers. */
export async function playTone(speaker: string): Promise<void> {
  const context = new AudioContext();
  const audio = new Audio();
  try {
    const out = context.createMediaStreamDestination();
    [523, 659, 784].forEach((hertz, i) => {
      const from = context.currentTime + 0.1 + i * 0.28;
      const tone = context.createOscillator();
      const loudness = context.createGain();
      tone.frequency.value = hertz;
      loudness.gain.setValueAtTime(0, from);
      loudness.gain.linearRampToValueAtTime(0.35, from + 0.03);
      loudness.gain.exponentialRampToValueAtTime(0.001, from + 0.6);
      tone.connect(loudness).connect(out);
      tone.start(from);
      tone.stop(from + 0.65);
    });
    audio.srcObject = out.stream;
    await audio.setSinkId?.(speaker).catch(() => {}); // the system's choice, then
    await audio.play();
    await new Promise((resolve) => setTimeout(resolve, 1400));
  } finally {
    audio.srcObject = null;
    await context.close();
  }
}
