import { search } from './search.ts';

const STEPS = Number(process.env['STEPS'] ?? 1_000_000);
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1_000_000_000));
const beganAtMs = performance.now();

console.log(`SEED=${seed} npm run test:soak plays this again; ${STEPS} steps`);
const { steps, counts } = await search(seed, STEPS, (done) => {
  const minutes = (performance.now() - beganAtMs) / 60_000;
  console.log(`${done} steps, ${minutes.toFixed(1)} min`);
});
console.log(`${steps} steps, no invariant broken`);
for (const [what, times] of [...counts].toSorted(([left], [right]) => (left < right ? -1 : 1)))
  console.log(`${String(times).padStart(9)}  ${what}`);
