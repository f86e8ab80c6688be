// A page that sends a query and shows the answer and the schema, where GraphiQL is not there.

import { HEADERS, QUERY } from "./query.js";
import { INTROSPECTION, definition } from "./schema.js";

const SECONDS_MAX = 30;

const [request, query, variables, headers, answer, search, schema] = [
  "request", "query", "variables", "headers", "answer", "search", "schema",
].map((id) => document.getElementById(id));

async function ask(body, named = {}) {
  const response = await fetch(location.pathname, {
    method: "POST",
    headers: { ...named, "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(SECONDS_MAX * 1000),
  });
  return response.json();
}

/** What a field holds as JSON; the message of a failure names the field. */
function object(field) {
  try {
    return JSON.parse(field.value || "{}");
  } catch (error) {
    throw new Error(`${field.labels[0].textContent}: ${error.message}`);
  }
}

async function send(event) {
  event.preventDefault();
  answer.textContent = "…";
  try {
    const answered = await ask({ query: query.value, variables: object(variables) }, object(headers));
    answer.textContent = JSON.stringify(answered, null, 2);
  } catch (error) {
    answer.textContent = error.message;
  }
}

function shown(type) {
  const [entry, title, text] = ["details", "summary", "pre"].map((name) => document.createElement(name));
  title.textContent = type.name;
  text.textContent = definition(type);
  entry.append(title, text);
  return entry;
}

async function showSchema() {
  const { data, errors } = await ask({ query: INTROSPECTION });
  if (errors) throw new Error(errors[0].message);
  const types = data.__schema.types.filter((type) => !type.name.startsWith("__"));
  schema.replaceChildren(...types.map(shown));
}

function filterSchema() {
  const wanted = search.value.trim().toLowerCase();
  for (const entry of schema.children) {
    entry.hidden = !entry.textContent.toLowerCase().includes(wanted);
  }
}

query.value = QUERY;
headers.value = HEADERS;
request.addEventListener("submit", send);
request.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) request.requestSubmit();
});
search.addEventListener("input", filterSchema);
showSchema().catch((error) => {
  schema.textContent = error.message;
});
