// One request of each kind. Its content depends only on its number and the seed, so a run can be
// repeated.

import http from 'k6/http';

const setup = JSON.parse(open(__ENV.SETUP));
const { url, run, currency, seed, accounts, users } = setup;

const JSON_TYPE = 'application/json';
const MOST_AMOUNT = 3000;
// Requests with a key (those with odd numbers) whose number this divides are sent again after their
// response. They must not move money again.
const REPEATED = 51;

// Created once for every user and kind, with the tags that k6 groups its metrics by.
function parametersOf(kind, token) {
  const headers = { 'Content-Type': JSON_TYPE };
  if (token) headers.Authorization = `Bearer ${token}`;
  // Only errors need their body as text; the option would discard it for them too.
  return { headers, tags: { name: kind }, timeout: '35s', responseType: 'text' };
}

// Mulberry32, a small generator with 32 bits of state. Each number has its own.
function randomOf(number) {
  let state = (seed * 0x9e3779b1 + number * 0x85ebca6b) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function pickKind(shares, number) {
  // A step that is coprime to 100 distributes the kinds evenly over each hundred.
  let place = (number * 37) % 100;
  for (const [kind, share] of Object.entries(shares)) {
    place -= share;
    if (place < 0) return kind;
  }
  throw new Error('the shares of a mix are a hundred in all');
}

// kind,number,source,destination,amount,key,sent_ms,answered_ms,status,reference,code
// The reference is the end of Location: the transaction and its position, or the account.
function note(kind, number, source, destination, amount, key, sentMs, answer) {
  const { blocked, connecting, duration } = answer.timings;
  const answeredMs = sentMs + blocked + connecting + duration;
  const place = answer.headers.Location || '';
  const reference = place.substring(place.lastIndexOf('/') + 1);
  console.log(
    `${kind},${number},${source},${destination},${amount},${key},${sentMs},` +
      `${answeredMs.toFixed(3)},${answer.status},${reference},${codeOf(answer)}`,
  );
}

function codeOf(answer) {
  if (answer.status >= 200 && answer.status < 300) return '';
  // There was no response. k6 gives the reason as its own number (1211 is a timeout).
  if (answer.status === 0) return `k6_${answer.error_code}`;
  try {
    return String(answer.json('code') || '');
  } catch {
    return '';
  }
}

function send(kind, number, path, body, token, key, source, destination, amount) {
  const parameters = parametersOf(kind, token);
  if (key) parameters.headers['Idempotency-Key'] = `${run}-${number}`;
  const text = JSON.stringify(body);
  let sentMs = Date.now();
  const answer = http.post(url + path, text, parameters);
  note(kind, number, source, destination, amount, key, sentMs, answer);
  if (key && answer.status === 202 && number % REPEATED === 0) {
    sentMs = Date.now();
    const again = http.post(url + path, text, parameters);
    note(kind, number, source, destination, amount, key, sentMs, again);
  }
}

function cash(path) {
  return (kind, number) => {
    const random = randomOf(number);
    const amount = 1 + Math.floor(random() * MOST_AMOUNT);
    const source = Math.floor(random() * accounts.length);
    const [accountId, user] = accounts[source];
    const body = { account_id: accountId, amount, currency, metadata: { history: `${run}-${number}` } };
    send(kind, number, path, body, users[user].token, number % 2, source, '', amount);
  };
}

function transfer(kind, number) {
  const random = randomOf(number);
  const amount = 1 + Math.floor(random() * MOST_AMOUNT);
  const source = Math.floor(random() * accounts.length);
  const further = 1 + Math.floor(random() * (accounts.length - 1));
  const destination = (source + further) % accounts.length;
  const [accountId, user] = accounts[source];
  const body = {
    source_account_id: accountId,
    destination_account_id: accounts[destination][0],
    amount,
    currency,
    metadata: { history: `${run}-${number}` },
  };
  send(kind, number, '/transfers', body, users[user].token, number % 2, source, destination, amount);
}

function openAccount(kind, number) {
  const user = number % users.length;
  const body = { currency, name: `load ${number}` };
  send(kind, number, '/accounts', body, users[user].token, 1, user, '', '');
}

function signIn(kind, number) {
  const user = number % users.length;
  const { email, password } = users[user];
  send(kind, number, '/sessions', { email, password }, '', 0, user, '', '');
}

export const requests = {
  deposits: cash('/deposits'),
  withdrawals: cash('/withdrawals'),
  transfers: transfer,
  accounts: openAccount,
  signins: signIn,
};
