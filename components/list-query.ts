/** The part of a list page's address that says which page of the list, sorted by what. */

export type SearchParams = Record<string, string | string[] | undefined>;

export type SortOrder = "asc" | "desc";

export type ListQuery<Key extends string = string> = {
  /** From 1. */
  page: number;
  sort: Key;
  order: SortOrder;
};

/** The single value of a parameter, or undefined. */
export function parameter(params: SearchParams, name: string): string | undefined {
  const value = params[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The page of a list, from 1; anything unusable becomes the first. */
export function readPage(params: SearchParams): number {
  const page = Number(parameter(params, "page"));
  return Number.isInteger(page) && page >= 1 && page <= 1_000_000 ? page : 1;
}

/** Page, sort key and order out of an address; anything unusable becomes the default. */
export function readListQuery<Key extends string>(
  params: SearchParams,
  keys: readonly Key[],
  initial: { sort: Key; order: SortOrder },
): ListQuery<Key> {
  const sort = keys.find((key) => key === parameter(params, "sort"));
  const order = parameter(params, "order");
  return {
    page: readPage(params),
    sort: sort ?? initial.sort,
    order: order === "asc" || order === "desc" ? order : sort ? "asc" : initial.order,
  };
}

/** `path` with the given parameters, leaving out what is undefined or empty. */
export function address(path: string, params: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
