// Something the person started: pressed twice it runs once, and it says why it failed.
import { trouble, type Trouble } from "../bridge";

export class Action {
  busy = $state(false);
  problem = $state<Trouble | null>(null);

  async run(what: () => Promise<void>) {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      await what();
    } catch (cause) {
      this.problem = trouble(cause);
    } finally {
      this.busy = false;
    }
  }
}
