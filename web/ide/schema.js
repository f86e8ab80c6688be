// The schema as introspection tells it, written as SDL.

const TYPE = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
const GIVEN = `name description defaultValue type { ${TYPE} }`;

export const INTROSPECTION = `query Schema { __schema { types {
  kind name description
  fields { name description args { ${GIVEN} } type { ${TYPE} } }
  inputFields { ${GIVEN} }
  enumValues { name description }
  possibleTypes { name }
  interfaces { name }
} } }`;

const KEYWORDS = {
  ENUM: "enum", INPUT_OBJECT: "input", INTERFACE: "interface", OBJECT: "type", SCALAR: "scalar", UNION: "union",
};

export function definition(type) {
  const named = described(type, "") + `${KEYWORDS[type.kind]} ${type.name}`;
  if (type.kind === "UNION") return `${named} = ${names(type.possibleTypes, " | ")}`;
  const members = type.fields ?? type.inputFields ?? type.enumValues;
  if (!members) return named;
  const kept = type.interfaces?.length ? ` implements ${names(type.interfaces, " & ")}` : "";
  return `${named}${kept} {\n${members.map((one) => described(one, "  ") + `  ${member(one)}`).join("\n")}\n}`;
}

function member({ name, args = [], type, defaultValue }) {
  const given = args.length ? `(${args.map(member).join(", ")})` : "";
  const standard = defaultValue == null ? "" : ` = ${defaultValue}`;
  return name + given + (type ? `: ${reference(type)}` : "") + standard;
}

function reference({ kind, name, ofType }) {
  if (kind === "NON_NULL") return `${reference(ofType)}!`;
  return kind === "LIST" ? `[${reference(ofType)}]` : name;
}

function described({ description }, indent) {
  return description ? `${indent}# ${description.replaceAll("\n", `\n${indent}# `)}\n` : "";
}

function names(types, between) {
  return types.map(({ name }) => name).join(between);
}
