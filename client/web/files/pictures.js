// Pictures made smaller in the worker, by the browser's own decoder and encoder: no library travels
// with the app for it. A phone's photo of 12 megapixels becomes some hundred kilobytes.

const QUALITY = 0.82;

/** An upright JPEG of at most `longest` pixels on its longer side; undefined for no picture. */
export async function shrink(picture, longest) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(new Blob([picture]), { imageOrientation: "from-image" });
  } catch {
    return undefined; // null would not be None in Python
  }
  const share = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * share));
  const canvas = new OffscreenCanvas(width, Math.max(1, Math.round(bitmap.height * share)));
  const context = canvas.getContext("2d");
  context.fillStyle = "white"; // a JPEG knows no transparency
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  return new Uint8Array(await blob.arrayBuffer());
}
