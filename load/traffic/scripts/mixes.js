// The kinds of requests in percent, and the limits of their 95th percentiles.

export const MIXES = {
  // A sign-in computes an argon2id hash, slow by design: it costs as much as tens of transfers.
  mix: { deposits: 40, withdrawals: 25, transfers: 30, accounts: 4, signins: 1 },
  money: { deposits: 40, withdrawals: 25, transfers: 35 },
  deposits: { deposits: 100 },
  withdrawals: { withdrawals: 100 },
  transfers: { transfers: 100 },
  accounts: { accounts: 100 },
  signins: { signins: 100 },
};

// In milliseconds. An opening is answered once it is applied, all others once they are in the log.
const P95_MS = { deposits: 1000, withdrawals: 1000, transfers: 1000, accounts: 3000, signins: 2000 };

// Relaxes the limits for a slower machine.
export const factor = Number(__ENV.LIMIT_FACTOR || 1);

export function limits(shares) {
  const found = {};
  for (const kind of Object.keys(shares)) {
    found[`http_req_duration{name:${kind}}`] = [`p(95)<${P95_MS[kind] * factor}`];
  }
  return found;
}
