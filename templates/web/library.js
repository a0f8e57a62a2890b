// The page of ready leaflets works without a script; this keeps the secret for the way back.

import {keepSecret} from "/files/server.js";

keepSecret();
