// A demo with a generated client: `npm run demo`, with LEDGERLANE_API_URL set.
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./ledgerlane.js";

type Transaction = components["schemas"]["TransactionView"];
type Answer<Body> = { data?: Body; error?: components["schemas"]["Problem"]; response: Response };

const URL = process.env.LEDGERLANE_API_URL ?? "http://127.0.0.1:8080/v1";
// Wait up to 15 seconds for the result.
const WAIT = { Prefer: "wait=15" };

let expectations = 0;

function expect(what: string, expected: unknown, seen: unknown): void {
  expectations += 1;
  if (!isDeepStrictEqual(seen, expected))
    throw new Error(`${what}: expected ${JSON.stringify(expected)}, saw ${JSON.stringify(seen)}`);
  console.log(`ok   ${what}: ${JSON.stringify(seen)}`);
}

/** Return the body of a successful response. */
function bodyOf<Body>({ data, error, response }: Answer<Body>): Body {
  if (data === undefined)
    throw new Error(`${response.url} returned ${response.status} ${error?.code ?? ""}`);
  return data;
}

/** Return the status and code of a refused request. */
function refusalOf({ error, response }: Answer<unknown>): [number, string | undefined] {
  return [response.status, error?.code];
}

function clientOf(token?: string): Client<paths> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return createClient<paths>({ baseUrl: URL, headers });
}

async function signUp(name: string): Promise<Client<paths>> {
  const email = `${name.toLowerCase()}-${randomUUID()}@example.com`;
  const password = randomUUID();
  const nobody = clientOf();
  bodyOf(await nobody.POST("/users", { body: { email, password, name } }));
  const session = bodyOf(await nobody.POST("/sessions", { body: { email, password } }));
  const client = clientOf(session.token);
  expect(`${name} is signed in`, email, bodyOf(await client.GET("/users/me")).email);
  return client;
}

async function openAccount(client: Client<paths>): Promise<string> {
  const body = { currency: "EUR", name: "current" } as const;
  return bodyOf(await client.POST("/accounts", { body })).account_id;
}

async function accountOf(client: Client<paths>, account_id: string) {
  return bodyOf(await client.GET("/accounts/{account_id}", { params: { path: { account_id } } }));
}

const outcomeOf = ({ status, reason }: Transaction) => [status, reason ?? null];

const ada = await signUp("Ada");
const grace = await signUp("Grace");
const adas = await openAccount(ada);
const graces = await openAccount(grace);

const deposit = bodyOf(await ada.POST("/deposits", {
  params: { header: WAIT },
  body: { account_id: adas, amount: 100_00, currency: "EUR", metadata: { order: "4711" } },
}));
expect("a deposit of 100.00 completes", ["completed", null], outcomeOf(deposit));
expect("the balance after it", 100_00, deposit.balance_after);
expect("its metadata", { order: "4711" }, deposit.metadata);

const refused = bodyOf(await ada.POST("/withdrawals", {
  params: { header: WAIT },
  body: { account_id: adas, amount: 100_01, currency: "EUR" },
}));
expect("a withdrawal of 100.01 is rejected", ["rejected", "insufficient_funds"], outcomeOf(refused));

const twice = {
  params: { header: { ...WAIT, "Idempotency-Key": randomUUID() } },
  body: { account_id: adas, amount: 5_00, currency: "EUR" },
} as const;
const first = bodyOf(await ada.POST("/withdrawals", twice));
const again = bodyOf(await ada.POST("/withdrawals", twice));
expect("a retry is the same transaction", first.transaction_id, again.transaction_id);
expect("it is paid once", 95_00, (await accountOf(ada, adas)).balance);

const transfer = bodyOf(await ada.POST("/transfers", {
  params: { header: WAIT },
  body: {
    source_account_id: adas,
    destination_account_id: graces,
    amount: 25_00,
    currency: "EUR",
    description: "for the compiler",
  },
}));
expect("a transfer of 25.00 completes", ["completed", null], outcomeOf(transfer));
expect("Ada has", 70_00, (await accountOf(ada, adas)).balance);
expect("Grace has", 25_00, (await accountOf(grace, graces)).balance);
const peek = await ada.GET("/accounts/{account_id}", { params: { path: { account_id: graces } } });
expect("Ada can't read Grace's account", [404, "not_found"], refusalOf(peek));

const hold = bodyOf(await ada.POST("/holds", {
  params: { header: WAIT },
  body: { account_id: adas, amount: 20_00, currency: "EUR", destination_account_id: graces },
}));
expect("a hold of 20.00 completes", ["completed", null], outcomeOf(hold));
expect("Ada can spend", 50_00, (await accountOf(ada, adas)).available);
const capture = bodyOf(await ada.POST("/holds/{hold_id}/capture", {
  params: { path: { hold_id: hold.hold_id ?? "" }, header: WAIT },
  body: { amount: 15_00 },
}));
expect("a capture of 15.00 completes", ["completed", null], outcomeOf(capture));
expect("Ada can spend, with the rest released", 55_00, (await accountOf(ada, adas)).available);
expect("Grace has", 40_00, (await accountOf(grace, graces)).balance);

const batch = bodyOf(await ada.POST("/transactions/batch", {
  params: { header: WAIT },
  body: {
    items: [
      { kind: "deposit", account_id: adas, amount: 1_00, currency: "EUR" },
      { kind: "withdrawal", account_id: adas, amount: 2_00, currency: "EUR" },
    ],
  },
}));
const ids = batch.items.map((item) => ("transaction_id" in item ? item.transaction_id : item.code));
expect("a batch of two is two transactions", [2, true], [ids.length, ids.every((id) => id.startsWith("txn_"))]);
for (const transaction_id of ids) {
  const path = { transaction_id };
  const item = bodyOf(await ada.GET("/transactions/{transaction_id}", { params: { path, header: WAIT } }));
  expect(`its ${item.kind} completes`, ["completed", null], outcomeOf(item));
}

const { key } = bodyOf(await ada.POST("/api-keys", {
  body: { name: "reader", scopes: ["accounts:read"] },
}));
const reader = clientOf(key);
expect("a key with accounts:read reads", 54_00, (await accountOf(reader, adas)).balance);
const overreach = await reader.POST("/deposits", {
  body: { account_id: adas, amount: 1_00, currency: "EUR" },
});
expect("it can't deposit", [403, "forbidden"], refusalOf(overreach));

const statement = bodyOf(await ada.GET("/accounts/{account_id}/statement", {
  params: { path: { account_id: adas }, query: { format: "json" } },
}));
if (typeof statement === "string") throw new Error("the statement is CSV");
const moved = statement.entries.reduce((sum, entry) => sum + entry.amount, 0);
expect("opening balance plus entries", statement.closing_balance, statement.opening_balance + moved);
expect("the closing balance is the balance", 54_00, statement.closing_balance);
console.log(`all ${expectations} checks passed`);
