import daily from "./daily";
import rest from "./rest";

export default { ...daily, ...rest };
