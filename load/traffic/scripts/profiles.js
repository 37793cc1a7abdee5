// How fast, over the seconds of a run. Arrivals are an open model: what is due is sent whether or
// not earlier requests were answered, so that a stall shows in every request that it holds up.

// At most so many requests are under way; what is due beyond that is dropped, and counted.
const MOST_USERS = 400;
const CLOSED_USERS = 64;

function users(rate) {
  return {
    // One more costs time when there is none: half a second's requests are held ready.
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
  // As fast as answers come: so many users, each of whom sends when they were answered.
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
    // As long as a request may take.
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
  // From a tenth up to the rate, and a quarter of the time at it.
  ramp: needsRate((rate, s) => steps(rate / 10, rate, [[rate, s * 0.75], [rate, s * 0.25]])),
  // Five times the rate, at once, for a fifth of the time; the rest shows how it recovers.
  spike: needsRate((rate, s) =>
    steps(rate, rate * 5, [
      [rate, s * 0.3], [rate * 5, 0], [rate * 5, s * 0.2], [rate, 0], [rate, s * 0.5],
    ])),
};
