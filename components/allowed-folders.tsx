/** Lists the server's folders that a path may be in, next to its field. */
export function AllowedFolders({ roots }: { roots: readonly string[] }) {
  return (
    <>
      It must be in{" "}
      {roots.map((root, index) => (
        <span key={root}>
          {index === 0 ? null : " or "}
          <code className="font-mono text-[0.8125rem] text-ink [overflow-wrap:anywhere]">{root}</code>
        </span>
      ))}
      . The operator of the server can add folders with the setting SEMBLANCE_IMPORT_ROOTS.
    </>
  );
}
