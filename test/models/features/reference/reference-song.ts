/** The synthetic song whose aggregates `librosa_recipe.py` computed: silence, a swelling tone, a sweep and noise. */

/** The same samples as `song` in librosa_recipe.py. */
export function referenceSong(rateHz: number, seconds: number): Float32Array {
  const samples = new Float32Array(rateHz * seconds);
  let state = 12345;
  for (let n = 0; n < samples.length; n++) {
    const t = n / rateHz;
    state = Number((BigInt(state) * 1103515245n + 12345n) % 2147483648n);
    const noise = state / 2 ** 30 - 1;
    const swell = 0.5 + 0.5 * Math.sin(2 * Math.PI * 0.7 * t);
    let tone = 0;
    for (let h = 1; h < 7; h++) tone += Math.sin(2 * Math.PI * 223 * h * t) / h;
    const sweep = Math.sin(2 * Math.PI * (300 * t + 350 * t * t));
    samples[n] = t < 0.3 ? 0 : 0.2 * swell * tone + 0.1 * sweep + 0.03 * (1 - swell) * noise;
  }
  return samples;
}
