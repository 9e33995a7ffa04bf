// A video in, what keys do with it out: go on or stop, and a step back or on.

const STEP_S = 0.2;

export const playOrPause = (video) => { if (video.paused) video.play().catch(() => {}); else video.pause(); };
/** A step within the film; it stands afterwards. */
export function stepIn(video, way) {
  video.pause();
  video.currentTime = Math.max(0, Math.min(video.duration || 0, video.currentTime + way * STEP_S));
}
