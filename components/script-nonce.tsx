/** The nonce of a request, for components that write a script of their own into its page; undefined in the browser. */
import { createContext } from "react";

export const ScriptNonce = createContext<string | undefined>(undefined);
