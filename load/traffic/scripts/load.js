// The load of `make load`: one of the mixes at the pace of one of the profiles.
//
// To run it alone: k6 run --console-output out.csv --log-format raw load/traffic/scripts/load.js,
// with the variables that load/traffic/k6.py sets. SETUP is the file of accounts and tokens that
// load/traffic/setup.py creates.
//
// Every response is one line of the console output (see note() in requests.js). The report and the
// verification use these lines; k6's own metrics are used only for its thresholds.

import exec from 'k6/execution';
import { pickKind, requests } from './requests.js';
import { factor, limits, MIXES } from './mixes.js';
import { PROFILES } from './profiles.js';

const mix = __ENV.MIX || 'mix';
const shares = MIXES[mix];
const profile = PROFILES[__ENV.PROFILE || 'steady'];
if (shares === undefined) throw new Error(`MIX=${mix} is unknown: ${Object.keys(MIXES)}`);
if (profile === undefined) throw new Error(`PROFILE is one of ${Object.keys(PROFILES)}`);
const rate = __ENV.RATE === 'max' ? 0 : Number(__ENV.RATE || 100);
const seconds = Number(__ENV.SECONDS || 60);

export const options = {
  scenarios: { load: profile(rate, seconds) },
  thresholds: {
    // Requests with a status from 400 up, or without a response.
    http_req_failed: ['rate<0.01'],
    // Requests that were due but not sent, because all virtual users were waiting.
    dropped_iterations: [`count<=${Math.ceil(0.01 * rate * seconds * factor)}`],
    ...limits(shares),
  },
  // Only the necessary tags, because each costs time for every sample.
  systemTags: ['status', 'name'],
  summaryTrendStats: ['p(50)', 'p(95)', 'p(99)', 'max'],
  noCookiesReset: true,
};

export default function () {
  const number = exec.scenario.iterationInTest;
  const kind = pickKind(shares, number);
  requests[kind](kind, number);
}

export function handleSummary(data) {
  return { [__ENV.SUMMARY || 'stdout']: JSON.stringify(data) };
}
