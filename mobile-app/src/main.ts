import "../../backend/assets/css/tokens.css";
import "./app.css";
import { mount } from "svelte";
import App from "./App.svelte";

performance.mark("face");
const target = document.getElementById("app");
if (target) mount(App, { target });
