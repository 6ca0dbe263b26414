// Short tones, so that an officer hears an answer without looking: higher is better.
const TONES = {
  go: [[880, 0.12]],
  out: [[660, 0.12], [880, 0.12]],
  ask: [[660, 0.08]],
  wait: [[440, 0.15], [440, 0.15]],
  stop: [[220, 0.3], [196, 0.3], [220, 0.3]],
};
const PAUSE = 0.06;
const LOUDNESS = 0.2;

let context;

export function play(name) {
  const tones = TONES[name];
  if (!tones || !globalThis.AudioContext) return;
  context ??= new AudioContext();
  // Browsers are silent until somebody has pressed a key.
  context.resume();
  let at = context.currentTime;
  for (const [pitch, seconds] of tones) {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(LOUDNESS, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + seconds);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + seconds);
    at += seconds + PAUSE;
  }
}
