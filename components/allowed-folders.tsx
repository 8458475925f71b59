/** Says beside a field for a path which folders of the server it may be in. */
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
