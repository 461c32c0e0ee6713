import { expect, test } from "vitest";
import { addressesIn } from "./copies";

test("addresses are read as people write them", () => {
  expect(addressesIn("Amira Hassan <amira@nile.test>; omar@nile.test,\nomar@nile.test,")).toEqual({
    addresses: ["amira@nile.test", "omar@nile.test"],
    wrong: null,
  });
});

test("what is no address is named", () => {
  expect(addressesIn("amira@nile.test, Omar").wrong).toBe("Omar");
  expect(addressesIn("a b@nile.test").wrong).toBe("a b@nile.test");
  expect(addressesIn("  ")).toEqual({ addresses: [], wrong: null });
});
