// Runs the contract's cases in a worker like the app's and shows what they told.
const worker = new Worker(`/contract_worker.js${location.search}`, { type: "module" });
worker.onmessage = ({ data }) => {
  if (data.kind !== "report") return;
  const report = document.getElementById("report");
  report.textContent = data.value;
  report.dataset.done = "yes";
};
