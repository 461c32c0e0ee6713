import { expect, test } from "vitest";
import { curlOf, exampleOf } from "./example";
import { type Document, entriesOf, search } from "./openapi";

const document: Document = {
  info: { version: "1" },
  paths: {
    "/api/v1/tickets/{ticket}": {
      patch: {
        operationId: "update_ticket",
        tags: ["tickets"],
        description: "Changes subject or priority.",
        parameters: [
          { name: "ticket", in: "path", required: true, schema: { type: "string" } },
          { name: "If-Match", in: "header", required: true, schema: { type: "string" } },
        ],
        requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Change" } } } },
        responses: { "200": {} },
      },
      get: { operationId: "get_ticket", tags: ["tickets"], responses: { "200": {} } },
    },
  },
  components: {
    schemas: {
      Change: {
        type: "object",
        properties: {
          subject: { type: "string", example: "It's off" },
          parent: { oneOf: [{ type: "null" }, { $ref: "#/components/schemas/Change" }] },
        },
      },
    },
  },
};

const entry = (id: string) => entriesOf(document).find((candidate) => candidate.id === id);

test("an example that holds itself ends", () => {
  expect(exampleOf(document, { $ref: "#/components/schemas/Change" })).toEqual({
    subject: "It's off",
    parent: null,
  });
});

test("the command survives a shell: quotes are closed, the version is named", () => {
  const update = entry("update_ticket");
  if (!update) throw new Error("update_ticket is in the document");
  const command = curlOf(document, update, "https://desk.example");
  expect(command).toContain("-X PATCH");
  expect(command).toContain(`-H 'If-Match: "1"'`);
  expect(command).toContain(`{"subject":"It'\\''s off","parent":null}`);
  expect(command).toContain("'https://desk.example/api/v1/tickets/1042'");
});

test("search wants every word, wherever it stands", () => {
  const found = (words: string) => search(entriesOf(document), words).map(({ id }) => id);
  expect(found("patch SUBJECT")).toEqual(["update_ticket"]);
  expect(found("tickets")).toEqual(["get_ticket", "update_ticket"]);
  expect(found("tickets invoice")).toEqual([]);
});
