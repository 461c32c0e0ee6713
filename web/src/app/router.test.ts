import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { paths } from "@/lib/paths";
import { createAppRouter, searchText } from "./router";

type Builders = { [name: string]: ((argument: never) => string) | Builders };

/** Every address that lib/paths.ts can build, with something in place of its argument. */
function addresses(builders: Builders): string[] {
  return Object.values(builders).flatMap((builder) =>
    typeof builder === "function" ? [builder("7" as never)] : addresses(builder),
  );
}

describe("the router", () => {
  const router = createAppRouter(new QueryClient());

  /** The router answers an unknown address with the nearest parent, and the rest of it under "**". */
  function isPage(address: string): boolean {
    const [, rest, found] = router.getMatchedRoutes(address);
    return found !== undefined && !("**" in rest);
  }

  it.each(addresses(paths as Builders))("has a page at %s", (address) => {
    expect(isPage(address)).toBe(true);
  });

  it("has none elsewhere", () => {
    expect(isPage("/desk/nowhere")).toBe(false);
    expect(isPage("/nowhere")).toBe(false);
  });
});

describe("the text of a search", () => {
  it("is plain, and survives the way there and back", () => {
    const search = { status: "new,accepted", q: "42" };
    const text = searchText.stringifySearch(search);
    expect(text).toBe("?status=new%2Caccepted&q=42");
    expect(searchText.parseSearch(text)).toEqual(search);
  });

  it("leaves out what narrows nothing", () => {
    expect(searchText.stringifySearch({ status: undefined, q: "" })).toBe("");
  });
});
