/** One page of a sorted list: the query, and Prisma's arguments for it. */

export type SortOrder = "asc" | "desc";

/** `page` counts from 1; a page has `pageSize` rows, 50 unless stated. */
export type PageQuery = { readonly page?: number; readonly pageSize?: number };

export type ListQuery<Key extends string> = PageQuery & { readonly sort?: Key; readonly order?: SortOrder };

export function pageOf({ page = 1, pageSize = 50 }: PageQuery): { skip: number; take: number } {
  return { skip: (page - 1) * pageSize, take: pageSize };
}

/** @param initial how the list is sorted unless asked otherwise */
export function sortedPage<Key extends string>(
  { sort, order, ...page }: ListQuery<Key>,
  initial: readonly [sort: Key, order: SortOrder],
) {
  const by = { [sort ?? initial[0]]: order ?? initial[1] };
  return { ...pageOf(page), orderBy: [by, { id: "asc" as const }] };
}
