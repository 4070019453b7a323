/** The last step of each root; all of it where that is not enough to tell it from others. */
export function environmentNames(roots: readonly string[]): readonly string[] {
  const short = roots.map((root) => root.slice(root.lastIndexOf("/") + 1));
  return roots.map((root, i) => {
    const name = short[i] ?? root;
    return name !== "." && short.filter((other) => other === name).length === 1 ? name : root;
  });
}
