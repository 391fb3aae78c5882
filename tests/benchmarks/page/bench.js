// Runs the benchmark in a worker like the app's and shows what it tells, a line at a time.
const report = document.getElementById("report");
const worker = new Worker("/bench_worker.js", { type: "module" });
worker.onmessage = ({ data }) => {
  if (data.kind === "line") report.textContent += `${data.value}\n`;
};
