/** Files that are dropped on a place. */

/** @param {HTMLElement} place @param {(files: File[]) => void} take */
export function takeFiles(place, take) {
  const has = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  let depth = 0;
  const mark = (by) => {
    depth = Math.max(0, depth + by);
    place.classList.toggle("dropping", depth > 0);
  };
  place.addEventListener("dragenter", (event) => {
    if (!has(event)) return;
    event.preventDefault();
    mark(1);
  });
  place.addEventListener("dragover", (event) => has(event) && event.preventDefault());
  place.addEventListener("dragleave", (event) => has(event) && mark(-1));
  place.addEventListener("drop", (event) => {
    if (!has(event)) return;
    event.preventDefault();
    event.stopPropagation();
    mark(-depth);
    take([...event.dataTransfer.files]);
  });
}
