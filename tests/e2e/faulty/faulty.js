// Runs one of steps.py's steps, named by the address, in a worker like the app's; shows what it says, passes on a go.
const said = document.getElementById("said");
const worker = new Worker(`/faulty_worker.js${location.search}`, { type: "module" });
worker.onmessage = ({ data }) => {
  if (data.kind === "said") said.append(`${data.value}\n`);
};
document.getElementById("go").onclick = () => worker.postMessage({ kind: "event", value: "go" });
