// Seconds that run down on the screen. The machine's clock may be set while they run, so they are counted by the
// window's own.
export class Countdown {
  left = $state(0);
  total = $state(0);
  #end = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #over: (() => void) | undefined;

  start(seconds: number, total: number, over?: () => void) {
    this.stop();
    this.total = total;
    this.#over = over;
    this.#end = performance.now() + seconds * 1000;
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), 250);
  }

  stop() {
    clearInterval(this.#timer);
  }

  #tick() {
    this.left = Math.max(0, Math.ceil((this.#end - performance.now()) / 1000));
    if (this.left === 0) {
      this.stop();
      this.#over?.();
    }
  }
}
