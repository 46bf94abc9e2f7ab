/** Whether the browser has WebGL 2, by which H5Web draws. */
export function canPlot(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  // Browsers keep few of them.
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}
