/** The nonce of a request, for components that write their own script into its page; undefined in the browser. */
import { createContext } from "react";

export const ScriptNonce = createContext<string | undefined>(undefined);
