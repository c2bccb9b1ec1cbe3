// Computes the proof of work that a sign-up needs during a flood by robots: a number such that SHA-256 of "challenge:number" begins with
// a given number of zero bits. SHA-256 (FIPS 180-4) is implemented here, because each call of crypto.subtle has a delay, and a page
// without https has no crypto.subtle. Without script, the page asks the reader to wait instead.

const form = document.getElementById('proof');
const constants = new Uint32Array(64), start = new Uint32Array(8), schedule = new Uint32Array(64);

// SHA-256's constants: the fractional parts of the square and cube roots of the first primes.
for (let found = 0, number = 2; found < 64; number++) {
  let prime = true;
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) prime = false;
  if (!prime) continue;
  if (found < 8) start[found] = (Math.sqrt(number) % 1) * 4294967296;
  constants[found++] = (Math.cbrt(number) % 1) * 4294967296;
}

const turn = (word, by) => (word >>> by) | (word << (32 - by));

// Returns the first 32 bits of the hash of an ASCII text that fits into one block (up to 55 characters) or two.
const firstWord = text => {
  const state = Uint32Array.from(start);
  const blocks = text.length < 56 ? 1 : 2;
  for (let block = 0; block < blocks; block++) {
    schedule.fill(0);
    for (let at = block * 64; at < Math.min(text.length + 1, block * 64 + 64); at++)
      schedule[(at >> 2) & 15] |= (at < text.length ? text.charCodeAt(at) : 0x80) << (24 - (at % 4) * 8);
    if (block === blocks - 1) schedule[15] = text.length * 8;
    for (let t = 16; t < 64; t++) {
      const x = schedule[t - 15], y = schedule[t - 2];
      schedule[t] = schedule[t - 16] + schedule[t - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 64; t++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[t] + schedule[t]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] += word; });
  }
  return state[0];
};

if (form) {
  const { challenge, bits } = form.dataset;
  const limit = 2 ** (32 - bits);
  const status = form.querySelector('[data-waiting]');
  status.textContent = status.dataset.waiting;
  form.querySelector('.actions').hidden = true;
  let number = 0;
  const work = () => {
    // Works in small portions, so that the page stays responsive.
    for (const end = number + 5000; number < end; number++)
      if (firstWord(`${challenge}:${number}`) < limit) {
        form.elements.proof.value = number;
        form.submit();
        return;
      }
    setTimeout(work);
  };
  setTimeout(work);
}
