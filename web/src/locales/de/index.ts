import common from "./common.json";
import problem from "./problem.json";
import session from "./session.json";

export default { ...common, ...problem, ...session };
