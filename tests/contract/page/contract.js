// Runs the contract's cases in a worker like the app's and shows what they told.
const worker = new Worker(`/contract_worker.js${location.search}`, { type: "module" });
// Of what the app's page would know it knows nothing.
worker.onmessage = ({ data }) => {
  if (data.kind === "ask") worker.postMessage({ kind: "answer", id: data.id, value: null });
  if (data.kind !== "report") return;
  const report = document.getElementById("report");
  report.textContent = data.value;
  report.dataset.done = "yes";
};
