/* QR codes in pictures and before the camera: by the browser's own reader where it has one, else by `qr`. */
import { BarcodeDetector as VendoredDetector, decodeQR } from "../vendor/qr-0.7.0/decode.js";
import { refuse } from "./proofs/refusal.js";

const SIDES = [1200, 700, 2400]; // pixels to which a picture is drawn, one try each
const PICTURE_MOST = 40_000_000; // bytes
const BETWEEN_FRAMES_MS = 120;

const detector = async () => {
  const own = globalThis.BarcodeDetector;
  const formats = (await own?.getSupportedFormats().catch(() => [])) ?? [];
  return new (formats.includes("qr_code") ? own : VendoredDetector)({ formats: ["qr_code"] });
};

/* The text of the code in a picture. */
export const scanPicture = async (file) => {
  if (file.size > PICTURE_MOST) refuse("page.no_code");
  const picture = await createImageBitmap(file).catch(() => refuse("page.no_code"));
  const found = (await seen(await detector(), picture)) ?? searched(picture);
  return found ?? refuse("page.no_code");
};

const seen = async (reader, picture) => {
  const [code] = await reader.detect(picture).catch(() => []);
  return code?.rawValue;
};

/* With all the effort that a picture is worth, at several sizes. */
const searched = (picture) => {
  for (const side of SIDES) {
    try {
      return decodeQR(drawn(picture, side), { effort: Infinity, timeLimit: 3000 });
    } catch {
      // not at this size
    }
  }
  return undefined;
};

const drawn = (picture, side) => {
  const scale = side / Math.max(picture.width, picture.height);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff"; // what is transparent is paper
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
};

/* The camera's picture in `video` until a code is seen, which `found` is called with; gives what stops it. */
export const watch = async (video, found) => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  const reader = await detector();
  let timer = 0;
  const stop = () => {
    clearTimeout(timer);
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  const look = async () => {
    const code = await seen(reader, video);
    if (video.srcObject === null) return;
    if (code === undefined) timer = setTimeout(look, BETWEEN_FRAMES_MS);
    else {
      stop();
      found(code);
    }
  };
  video.srcObject = stream;
  await video.play();
  look();
  return stop;
};
