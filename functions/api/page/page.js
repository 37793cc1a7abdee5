"use strict";
// Build everything from text nodes, never from markup, so that no response can inject code.
const KEY_SCHEME = "apiKey";
const METHODS = ["get", "post", "put", "patch", "delete"];
const base = location.pathname.replace(/\/docs\/?$/, "");
let spec;

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "on") for (const [type, act] of Object.entries(value)) node.addEventListener(type, act);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  for (const child of children.flat()) if (child != null) node.append(child);
  return node;
}

// Turn `code` in a text into elements.
function prose(text) {
  return (text || "").split("`").map((part, n) => (n % 2 ? el("code", {}, part) : part));
}

// Let a long path wrap before its slashes.
const breakable = (path) => path.split(/(?=\/)/).flatMap((part) => [el("wbr"), part]);

const by = (id) => document.getElementById(id);
const json = (value) => JSON.stringify(value, null, 2);
const newKey = () => crypto.getRandomValues(new Uint32Array(4))
  .reduce((text, word) => text + word.toString(16).padStart(8, "0"), "docs-");

function resolve(part) {
  return part && part.$ref ? part.$ref.split("/").slice(1).reduce((at, name) => at[name], spec) : part;
}

function nameOf(schema) {
  if (!schema) return "";
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    return el("a", { href: "#schema-" + name }, name);
  }
  const parts = schema.anyOf || schema.oneOf;
  if (parts) return parts.flatMap((part, n) => (n ? [" or ", nameOf(part)] : [nameOf(part)])).flat();
  if (schema.type === "array") return ["list of ", nameOf(schema.items)].flat();
  if (schema.const !== undefined) return json(schema.const);
  if (schema.enum && schema.enum.length <= 8) return schema.enum.map((word) => json(word)).join(" | ");
  return [].concat(schema.type || "anything").join(" or ");
}

function limitsOf(schema) {
  const all = [schema, ...(schema.anyOf || [])];
  const words = [];
  for (const each of all) {
    if (each.minimum !== undefined) words.push("≥ " + each.minimum);
    if (each.maximum !== undefined) words.push("≤ " + each.maximum);
    if (each.minLength !== undefined || each.maxLength !== undefined)
      words.push(`${each.minLength || 0} to ${each.maxLength ?? "∞"} characters`);
    if (each.minItems !== undefined || each.maxItems !== undefined)
      words.push(`${each.minItems || 0} to ${each.maxItems ?? "∞"} items`);
    if (each.format) words.push(each.format);
  }
  return words.join(", ");
}

function fieldsTable(schema) {
  const rows = Object.entries(schema.properties || {}).map(([name, field]) => el("tr", {},
    el("td", {}, el("code", { class: (schema.required || []).includes(name) ? "required" : "" }, name)),
    el("td", {}, nameOf(field)),
    el("td", { class: "dim" }, prose(field.description), field.description && limitsOf(field) ? " " : null,
      limitsOf(field))));
  return rows.length ? el("table", {}, rows) : el("p", { class: "dim" }, "No fields.");
}

function parameterInput(parameter) {
  const schema = parameter.schema;
  const label = `${parameter.in} ${parameter.name}`;
  if (schema.enum) {
    return el("select", { "aria-label": label }, el("option", { value: "" }, ""),
      schema.enum.map((word) => el("option", {}, word)));
  }
  const input = el("input", { "aria-label": label, spellcheck: "false", autocomplete: "off" });
  if (parameter.name === "Idempotency-Key") input.value = newKey();
  if (parameter.name === "Prefer") input.value = "wait=5";
  return input;
}

function parametersTable(operation, inputs) {
  const rows = (operation.parameters || []).map(resolve).map((parameter) => {
    const input = parameterInput(parameter);
    inputs.push([parameter, input]);
    return el("tr", {},
      el("td", {}, el("code", { class: parameter.required ? "required" : "" }, parameter.name),
        el("div", { class: "dim" }, parameter.in)),
      el("td", {}, input),
      el("td", { class: "dim" }, prose(parameter.description)));
  });
  return rows.length ? [el("h4", {}, "Parameters"), el("table", { class: "parameters" }, rows)] : [];
}

function answersTable(operation) {
  const answers = Object.entries(operation.responses).map(([status, answer]) => [status, resolve(answer)]);
  const rows = answers.map(([status, answer]) => {
    const schemas = Object.entries(answer.content || {}).flatMap(([type, content], n) =>
      [n ? ", " : null, nameOf(content.schema), type === "application/json" ? null : ` (${type})`].flat());
    const codes = Object.keys((answer.content || {})["application/problem+json"]?.examples || {});
    return el("tr", {},
      el("td", { class: "status s" + status[0] }, status),
      el("td", {}, codes.length ? codes.map((code, n) => [n ? ", " : "", el("code", {}, code)]).flat() : schemas),
      el("td", { class: "dim" }, prose(answer.description)));
  });
  const shown = answers
    .map(([status, answer]) => [status, answer.content?.["application/json"]?.example])
    .find(([, example]) => example !== undefined);
  return el("details", {}, el("summary", {}, "Responses"), el("table", {}, rows),
    shown ? [el("h4", {}, "Example of " + shown[0]), el("pre", {}, json(shown[1]))] : null);
}

function requestOf(method, path, inputs, body) {
  const headers = {};
  const query = new URLSearchParams();
  let url = path;
  for (const [parameter, input] of inputs) {
    const value = input.value;
    if (parameter.in === "path") url = url.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (value === "") continue;
    // One input stands for several parameters, written as in a URL.
    else if (parameter.schema?.type === "object") new URLSearchParams(value).forEach((one, name) => query.append(name, one));
    else if (parameter.in === "query") query.append(parameter.name, value);
    else headers[parameter.name] = value;
  }
  const token = by("token").value.trim();
  if (token) headers.Authorization = "Bearer " + token;
  const text = body ? body.value.trim() : "";
  if (text) headers["Content-Type"] = "application/json";
  if ([...query].length) url += "?" + query;
  return { method: method.toUpperCase(), url: base + url, headers, text };
}

const quoted = (text) => "'" + text.replaceAll("'", "'\\''") + "'";

function asCurl(request) {
  const parts = ["curl -i -X " + request.method + " " + quoted(location.origin + request.url)];
  for (const [name, value] of Object.entries(request.headers))
    parts.push("-H " + quoted(`${name}: ${name === "Authorization" ? "Bearer $TOKEN" : value}`)
      .replace("$TOKEN'", "'\"$TOKEN\""));
  if (request.text) parts.push("-d " + quoted(request.text));
  return parts.join(" \\\n  ");
}

async function send(request) {
  const started = performance.now();
  const answer = await fetch(request.url, {
    method: request.method, headers: request.headers, body: request.text || undefined,
    cache: "no-store", credentials: "omit", redirect: "error",
  });
  const text = await answer.text();
  return { answer, text, took: Math.round(performance.now() - started) };
}

function pretty(text) {
  // Show numbers unparsed: an amount can have more digits than a float can hold.
  if (/[0-9]{16}/.test(text)) return text;
  try { return json(JSON.parse(text)); } catch { return text; }
}

function showAnswer(place, { answer, text, took }) {
  const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  place.replaceChildren(
    el("p", {}, el("span", { class: "status s" + String(answer.status)[0] }, String(answer.status)),
      ` in ${took} ms`),
    el("pre", { class: "body" }, text ? pretty(text) : "(no body)"),
    el("details", {}, el("summary", {}, "Headers"), el("pre", {}, headers)));
}

function remember(operation, text) {
  if (operation.operationId !== "create_session") return;
  try { signedIn(JSON.parse(text)); } catch { /* A refusal has no token. */ }
}

function tryIt(method, path, operation, inputs, body) {
  const place = el("div", { class: "answer", "aria-live": "polite" });
  const curl = el("pre", { hidden: true });
  const button = el("button", { class: "send", type: "button" }, "Send");
  button.addEventListener("click", async () => {
    button.disabled = true;
    place.replaceChildren(el("p", { class: "dim" }, "Waiting for the response…"));
    try {
      const result = await send(requestOf(method, path, inputs, body));
      showAnswer(place, result);
      remember(operation, result.text);
    } catch (error) {
      place.replaceChildren(el("p", {}, el("span", { class: "status s0" }, "No response: "), String(error.message)));
    } finally {
      button.disabled = false;
    }
  });
  const asCommand = el("button", { type: "button", on: { click: () => {
    curl.textContent = asCurl(requestOf(method, path, inputs, body));
    curl.hidden = false;
  } } }, "As curl");
  const key = inputs.find(([parameter]) => parameter.name === "Idempotency-Key");
  const renew = key && el("button", { type: "button", on: { click: () => { key[1].value = newKey(); } } },
    "New key");
  return [el("div", { class: "actions" }, button, asCommand, renew), curl, place];
}

// Say who may call an operation. Any one of the requirements is enough.
function accessOf(operation) {
  const requirements = operation.security ?? spec.security;
  if (!requirements.length) return null;
  const scopes = requirements.flatMap((each) => (each[KEY_SCHEME] ? [each[KEY_SCHEME]] : []));
  if (!scopes.length) return "needs a session";
  const named = scopes.flat().map((scope) => "`" + scope + "`").join(" or ");
  return "needs a session, or " + (named ? "an API key with " + named : "any API key");
}

function operationSection(method, path, operation) {
  const inputs = [];
  const content = operation.requestBody?.content?.["application/json"];
  const body = content && el("textarea", { rows: 4, spellcheck: "false", "aria-label": "body" });
  if (body) {
    body.value = json(content.example ?? {});
    body.rows = Math.min(18, body.value.split("\n").length + 1);
  }
  const access = accessOf(operation);
  return el("section", { id: operation.operationId, "data-search": `${method} ${path} ${operation.summary}`.toLowerCase() },
    el("h3", {}, operation.summary),
    el("div", { class: "route" }, el("span", { class: "method " + method.toUpperCase() }, method.toUpperCase()),
      el("code", {}, path), access && el("span", { class: "lock" }, prose(access))),
    el("p", {}, prose(operation.description)),
    parametersTable(operation, inputs),
    body ? [el("h4", {}, "Body: ", nameOf(content.schema)), body] : null,
    tryIt(method, path, operation, inputs, body),
    answersTable(operation));
}

function schemaSection(name, schema) {
  return el("section", { id: "schema-" + name, "data-search": "schema " + name.toLowerCase() },
    el("h3", {}, name), el("p", {}, prose(schema.description)), fieldsTable(schema));
}

function render() {
  by("version").textContent = spec.info.version;
  by("about").replaceChildren(...prose(spec.info.description), " ",
    el("a", { href: "openapi.json" }, "openapi.json"));
  const index = by("index"), main = by("main");
  for (const tag of spec.tags) {
    index.append(el("h2", {}, tag.name));
    main.append(el("h2", {}, tag.name));
    for (const [path, methods] of Object.entries(spec.paths)) {
      for (const method of METHODS) {
        const operation = methods[method];
        if (!operation || operation.tags[0] !== tag.name) continue;
        main.append(operationSection(method, path, operation));
        index.append(el("a", { href: "#" + operation.operationId },
          el("span", { class: "method " + method.toUpperCase() }, method.toUpperCase()), el("code", {}, breakable(path))));
      }
    }
  }
  main.append(el("h2", {}, "Schemas"));
  index.append(el("h2", {}, "Schemas"));
  for (const name of Object.keys(spec.components.schemas).sort()) {
    main.append(schemaSection(name, spec.components.schemas[name]));
    index.append(el("a", { href: "#schema-" + name }, el("span", {}), el("code", {}, name)));
  }
  document.body.dataset.ready = "true";
  if (location.hash) by(location.hash.slice(1))?.scrollIntoView();
}

function filter() {
  const words = by("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const link of by("index").querySelectorAll("a")) {
    const text = by(link.hash.slice(1)).dataset.search;
    link.hidden = !words.every((word) => text.includes(word));
  }
  // Show a heading only if something under it is shown.
  let heading;
  for (const node of by("index").children) {
    if (node.tagName === "H2") (heading = node).hidden = true;
    else if (!node.hidden) heading.hidden = false;
  }
}

function signedIn(session) {
  if (!session.token) return;
  by("token").value = session.token;
  by("who").textContent = "Signed in as " + session.user_id;
}

// Another token may belong to another user than the one who signed in.
function tokenChanged() {
  const token = by("token").value.trim();
  const prefix = spec?.components.securitySchemes[KEY_SCHEME].bearerFormat;
  by("who").textContent = !token ? "" : token.startsWith(prefix) ? "Using an API key" : "Using a session's token";
}

async function signIn(event) {
  event.preventDefault();
  const text = json({ email: by("email").value, password: by("password").value });
  try {
    const headers = { "Content-Type": "application/json" };
    const result = await send({ method: "POST", url: base + "/sessions", headers, text });
    const body = JSON.parse(result.text);
    by("password").value = "";
    if (result.answer.ok) signedIn(body);
    else by("who").textContent = body.detail || body.title;
  } catch (error) {
    by("who").textContent = "No response: " + error.message;
  }
}

by("filter").addEventListener("input", filter);
by("sign-in").addEventListener("submit", signIn);
by("token").addEventListener("input", tokenChanged);
fetch(base + "/openapi.json", { credentials: "omit" })
  .then((answer) => answer.json())
  .then((document) => { spec = document; render(); })
  .catch((error) => { by("about").textContent = "openapi.json can't be read: " + error.message; });
