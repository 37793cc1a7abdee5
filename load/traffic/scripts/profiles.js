// The rate over the seconds of a run. Arrivals are an open model: a request is sent when it is due,
// whether or not earlier ones were answered, so a stall shows in every request that it delays.

// The maximum number of concurrent requests. Requests beyond it are dropped and counted.
const MOST_USERS = 400;
const CLOSED_USERS = 64;

function users(rate) {
  return {
    // Creating a virtual user during a stall costs time, so prepare enough for half a second.
    preAllocatedVUs: Math.min(MOST_USERS, Math.max(20, Math.ceil(rate / 2))),
    maxVUs: Math.min(MOST_USERS, Math.max(50, rate)),
  };
}

function steps(startRate, peak, stages) {
  return {
    executor: 'ramping-arrival-rate',
    startRate: Math.max(1, Math.round(startRate)),
    timeUnit: '1s',
    stages: stages.map(([target, s]) => ({
      target: Math.max(1, Math.round(target)),
      duration: `${Math.max(1, Math.round(s * 1000))}ms`,
    })),
    gracefulStop: '35s',
    ...users(peak),
  };
}

function constant(rate, seconds) {
  // The maximum rate: so many users, each of whom sends when the previous response arrives.
  if (rate === 0) {
    return {
      executor: 'constant-vus', vus: CLOSED_USERS, duration: `${seconds}s`, gracefulStop: '35s',
    };
  }
  return {
    executor: 'constant-arrival-rate',
    rate,
    timeUnit: '1s',
    duration: `${seconds}s`,
    // The time limit of a request.
    gracefulStop: '35s',
    ...users(rate),
  };
}

function needsRate(make) {
  return (rate, seconds) => {
    if (rate === 0) throw new Error('RATE=max goes with PROFILE=steady or soak');
    return make(rate, seconds);
  };
}

export const PROFILES = {
  steady: constant,
  soak: constant,
  // From a tenth of the rate up to it in three quarters of the time, then constant.
  ramp: needsRate((rate, s) => steps(rate / 10, rate, [[rate, s * 0.75], [rate, s * 0.25]])),
  // Suddenly five times the rate for a fifth of the time; the rest shows how the stack recovers.
  spike: needsRate((rate, s) =>
    steps(rate, rate * 5, [
      [rate, s * 0.3], [rate * 5, 0], [rate * 5, s * 0.2], [rate, 0], [rate, s * 0.5],
    ])),
};
